/**
 * Admission: the plugins that change or refuse what is written, named as {@code
 * --enable-admission-plugins} names them.
 *
 * <p>Imports {@code api} and {@code io.usher.admission}. Read {@link
 * io.usher.apiserver.admission.AdmissionPlugins} first; each plugin is of use without it.
 */
@NullMarked
package io.usher.apiserver.admission;

import org.jspecify.annotations.NullMarked;
