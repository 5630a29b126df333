package io.usher.manifest.lint;

/**
 * One thing that is wrong.
 *
 * @param rule what was looked for; it knows what to do about it
 * @param source the file, or what else the object is from
 * @param line where the entry begins in the file, from 1
 * @param object {@code ValidatingWebhookConfiguration/NAME ENTRY}
 * @param why what was found there
 */
public record Finding(LintRule rule, String source, int line, String object, String why) {}
