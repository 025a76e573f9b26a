/** One class under a name that DL4J looks up. */
@NullMarked
package org.nd4j.nativeblas;

import org.jspecify.annotations.NullMarked;
