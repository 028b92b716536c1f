@NullMarked
package io.tocsin.operator;

import org.jspecify.annotations.NullMarked;
