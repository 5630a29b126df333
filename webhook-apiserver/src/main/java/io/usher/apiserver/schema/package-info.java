/**
 * What the fields of objects are, as kube-apiserver's decoder sees them: which there are, of which
 * type, whether one without a value is kept, which number it has in protobuf, and the texts of what
 * is wrong. Works on JSON trees and knows nothing of requests; imports {@code apiserver.api} and
 * {@code patch}.
 *
 * <p>Read {@link io.usher.apiserver.schema.TypedSchema} first, of built-in kinds, then {@code
 * Decoder}; {@link io.usher.apiserver.schema.StructuralSchema} is what registered types have.
 */
@NullMarked
package io.usher.apiserver.schema;

import org.jspecify.annotations.NullMarked;
