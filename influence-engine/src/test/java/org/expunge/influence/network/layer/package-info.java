/** Tests of the layers; {@link org.expunge.influence.network.layer.LayerChecks} holds what every layer must satisfy. */
@NullMarked
package org.expunge.influence.network.layer;

import org.jspecify.annotations.NullMarked;
