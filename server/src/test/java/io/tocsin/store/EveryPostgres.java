package io.tocsin.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test with one parameter, a {@link PostgresVersion}, that runs once for each version. Pass it to
 * {@link TestDatabase#create(PostgresVersion)}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@MethodSource("io.tocsin.store.PostgresVersion#here")
public @interface EveryPostgres {}
