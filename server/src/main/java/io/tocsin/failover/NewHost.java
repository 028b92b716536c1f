package io.tocsin.failover;

/** A host to be enrolled; valid in form. */
public record NewHost(
    String name,
    String type,
    String controlAttributes,
    boolean isReserved,
    boolean isOnMaintenance) {}
