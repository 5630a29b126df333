/**
 * From a neutral request to its answer: who asks and whether he may, what the path names, the
 * verbs, and how objects are shown. May import {@code api}, {@code storage}, {@code watch}, {@code
 * schema} and {@code discovery}.
 *
 * <p>Read {@link io.usher.apiserver.request.RequestHandler} first: the chain. {@code ObjectReader}
 * and {@code ObjectWriter} are the verbs.
 */
@NullMarked
package io.usher.apiserver.request;

import org.jspecify.annotations.NullMarked;
