/**
 * The C functions of CUDA's driver, NVRTC, cuBLAS and cuSOLVER that the backend calls, opened by name at run time.
 *
 * <p>Nothing of CUDA is needed to build or to load these classes;
 * {@link org.expunge.influence.compute.cuda.driver.Libraries} says what a machine has.
 */
@NullMarked
package org.expunge.influence.compute.cuda.driver;

import org.jspecify.annotations.NullMarked;
