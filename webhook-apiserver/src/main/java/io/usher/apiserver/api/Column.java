package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/**
 * A column of a {@code Table}.
 *
 * @param name the heading, {@code Age}
 * @param type OpenAPI's type: {@code string}, {@code integer}, {@code date}
 * @param format OpenAPI's format; {@code name} marks the column that names the row; or empty
 * @param description what the column says
 * @param priority 0 for columns that are always shown, above it for {@code -o wide}
 * @param cell gives an object's cell
 */
public record Column(
    String name,
    String type,
    String format,
    String description,
    int priority,
    Function<ObjectNode, JsonNode> cell) {}
