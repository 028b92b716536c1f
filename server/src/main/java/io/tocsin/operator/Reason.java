package io.tocsin.operator;

/**
 * What is wrong with one parameter, header or member.
 *
 * @param name as the caller wrote it
 * @param reason half a sentence about it that may be shown
 */
record Reason(String name, String reason) {}
