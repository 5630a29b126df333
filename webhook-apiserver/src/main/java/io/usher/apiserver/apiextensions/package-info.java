/**
 * CustomResourceDefinitions: what is wrong with one, the types that they define, and the conversion
 * between the versions of a type. May import {@code schema} and {@code admission.webhook}, whose
 * caller sends what conversion webhooks convert. Nothing here stores or serves: the embedded server
 * does.
 *
 * <p>Read {@link io.usher.apiserver.apiextensions.DefinedType} first.
 */
@NullMarked
package io.usher.apiserver.apiextensions;

import org.jspecify.annotations.NullMarked;
