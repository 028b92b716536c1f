/**
 * Listener, request ids, body limits, errors of the server's own, JSON, health, descriptions of
 * APIs. Knows no feature.
 */
@NullMarked
package io.tocsin.http;

import org.jspecify.annotations.NullMarked;
