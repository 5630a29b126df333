package io.usher.webhook.declaration;

/**
 * A {@code @ReadsLive} of a class.
 *
 * @param origin what the reader read the type from, handed back with declared reads
 * @param type the type of the objects
 * @param resource as it is written, empty where the type tells it
 * @param list whether lists are asked for, too
 * @param cacheSeconds for how long an answer is given again
 */
public record LiveReadDescription(
    Object origin, TypeDescription type, String resource, boolean list, int cacheSeconds) {}
