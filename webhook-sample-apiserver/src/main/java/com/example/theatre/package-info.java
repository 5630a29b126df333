/**
 * A theatre: {@code Show}s and the {@code Ticket}s to them, an API of its own behind
 * kube-apiserver. Read {@link com.example.theatre.TheatreServer} first.
 */
@NullMarked
package com.example.theatre;

import org.jspecify.annotations.NullMarked;
