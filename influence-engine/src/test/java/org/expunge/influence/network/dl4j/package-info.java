/** DL4J's format against DL4J itself. */
@NullMarked
package org.expunge.influence.network.dl4j;

import org.jspecify.annotations.NullMarked;
