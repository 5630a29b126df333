package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object to look at; of other kinds than the webhook configurations nothing is found.
 *
 * @param source the file, or what else it is from
 * @param line where it begins in the file, from 1
 */
public record LintedObject(String source, int line, ObjectNode object) {}
