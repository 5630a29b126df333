/**
 * The audit log: who did what, and whether he might.
 *
 * <p>Imports {@code api} and {@code io.usher.admission}. Read {@link
 * io.usher.apiserver.audit.AuditLog} first.
 */
@NullMarked
package io.usher.apiserver.audit;

import org.jspecify.annotations.NullMarked;
