/** The account notification API on the wire: routes, query language, documents, problems. */
@NullMarked
package io.tocsin.accounts;

import org.jspecify.annotations.NullMarked;
