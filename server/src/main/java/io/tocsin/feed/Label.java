package io.tocsin.feed;

/** A name and a value on an event. */
public record Label(String name, String value) {}
