/** PostgreSQL: embedded or external, pool, migrations, transactions. */
@NullMarked
package io.tocsin.store;

import org.jspecify.annotations.NullMarked;
