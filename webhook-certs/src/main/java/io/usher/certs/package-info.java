/**
 * Certificates: reading them from PEM files, following their changes, issuing them, also throwaway
 * ones for development, and the TLS context made of them.
 *
 * <p>Imports the JDK and BouncyCastle, and BouncyCastle only where certificates are issued, as its
 * classes cost a fifth of a second to load. Read {@link io.usher.certs.TlsFiles} first.
 */
@NullMarked
package io.usher.certs;

import org.jspecify.annotations.NullMarked;
