/**
 * Patches and differences of JSON documents, as Kubernetes defines them: the minimal JSON Patch
 * from one document to another, the strategic merge patch with its schema table, the JSON merge
 * patch, and server-side apply with its managed fields. Depends on Jackson and json-patch alone and
 * is of use without the rest of Usher; everything may import it, and of Usher it imports {@code
 * json} alone.
 *
 * <p>Read {@link io.usher.patch.JsonPatch} first, then {@link
 * io.usher.patch.TwoWayMergePatch#carry} for how an edit of a typed model reaches the document it
 * was decoded from, {@link io.usher.patch.ServerSideApply} for what becomes of the managers of
 * fields, and {@link io.usher.patch.PatchSchema} for what Kubernetes declares of its lists.
 */
@NullMarked
package io.usher.patch;

import org.jspecify.annotations.NullMarked;
