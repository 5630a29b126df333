/**
 * What the parts of the API server share: how a resource type is described, the neutral request and
 * answer, errors as {@code Status}, and the interfaces of the chain in front. Knows neither storage
 * nor HTTP; every other package of the API server may import it.
 *
 * <p>Read {@link io.usher.apiserver.api.ResourceType} first, then {@link
 * io.usher.apiserver.api.ApiRequest} and {@link io.usher.apiserver.api.RequestInfo} for the way of
 * a request.
 */
@NullMarked
package io.usher.apiserver.api;

import org.jspecify.annotations.NullMarked;
