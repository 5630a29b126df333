package io.usher.cel;

import java.util.Map;

/**
 * What {@code Object{...}} makes.
 *
 * @param type its name, {@code Object.spec}
 */
record ObjectValue(String type, Map<String, Object> fields) {}
