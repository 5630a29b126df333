/**
 * JSON that is parsed where it is read: trees over ranges of bytes, and the checks of a single
 * pass.
 *
 * <p>Imports Jackson alone; everything else of Usher may import it. Read {@link
 * io.usher.json.LazyJson} first.
 */
@NullMarked
package io.usher.json;

import org.jspecify.annotations.NullMarked;
