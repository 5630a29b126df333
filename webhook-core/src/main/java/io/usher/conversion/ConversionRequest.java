package io.usher.conversion;

/**
 * Objects that are to be of one version. The objects themselves are not here: there may be
 * thousands, and each is looked at when its turn comes.
 *
 * @param uid of this request
 * @param desiredApiVersion that all of them are to have: {@code stable.example.com/v1}
 * @param objects how many there are
 */
public record ConversionRequest(String uid, String desiredApiVersion, int objects) {}
