/**
 * PostgreSQL: embedded or external, pool, migrations, transactions. Also secrets and suggestions,
 * which many rooms need.
 */
@NullMarked
package io.tocsin.store;

import org.jspecify.annotations.NullMarked;
