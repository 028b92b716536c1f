/** What holds an API's description against what its server really answers. */
@NullMarked
package io.tocsin.contract;

import org.jspecify.annotations.NullMarked;
