/**
 * Files of credentials and policies that others replace while the server runs.
 *
 * <p>Imports no other package of Usher. Read {@link io.usher.apiserver.file.ReloadedFile} first.
 */
@NullMarked
package io.usher.apiserver.file;

import org.jspecify.annotations.NullMarked;
