#!/bin/sh
# Sums up the surefire reports of every module below the current folder: the failed tests with their
# messages, those that passed only when they were run again, then one line "N passed, N failed, N skipped". Fails on a
# failure and when no test ran.
set -eu

reports=$(find . -path '*/target/surefire-reports/TEST-*.xml' | sort)
if [ -z "$reports" ]; then
  echo "no test reports found: no test ran" >&2
  echo "0 passed, 0 failed, 0 skipped"
  exit 1
fi

# The reports' paths come from the modules' and the test classes' names: no blanks in them.
# shellcheck disable=SC2086
awk '
  function attribute(line, name,    at, rest) {
    at = match(line, " " name "=\"[^\"]*\"")
    if (!at) return ""
    rest = substr(line, RSTART, RLENGTH)
    sub("^ " name "=\"", "", rest)
    sub("\"$", "", rest)
    return rest
  }
  # The first lines say what was wrong; the reports hold the rest.
  function shortened(text,    lines, count, i, kept) {
    count = split(text, lines, "&#10;")
    for (i = 1; i <= count && i <= 10; i++) kept = kept (i > 1 ? "\n      " : "") substr(lines[i], 1, 500)
    return kept (count > 10 ? "\n      ..." : "")
  }
  function plain(text) {
    gsub("&lt;", "<", text); gsub("&gt;", ">", text); gsub("&quot;", "\"", text)
    gsub("&apos;", "\047", text); gsub("&amp;", "\\&", text)
    return text
  }
  FNR == 1 { output = 0; counted = 0 }
  # What a test printed may look like a report: it is skipped.
  output { if (index($0, "]]>")) output = 0; next }
  /^ *<(system-out|system-err)>/ { if (!index($0, "]]>")) output = 1; next }
  /^<testsuite / && !counted {
    counted = 1
    tests += attribute($0, "tests")
    failed += attribute($0, "failures") + attribute($0, "errors")
    skipped += attribute($0, "skipped")
  }
  /^ *<testcase / { test = attribute($0, "classname") "." attribute($0, "name") }
  /^ *<(failure|error)[ >]/ {
    message = attribute($0, "message")
    print "FAILED " plain(test) "\n      " (message == "" ? attribute($0, "type") : plain(shortened(message)))
  }
  /^ *<flaky(Failure|Error)[ >]/ {
    message = attribute($0, "message")
    print "FLAKY " plain(test) " (it passed when it was run again)\n      " (message == "" ? attribute($0, "type") : plain(shortened(message)))
  }
  # Stack traces are CDATA too, but for those that end on their own line.
  index($0, "<![CDATA[") && !index($0, "]]>") { output = 1 }
  END {
    if (tests == 0) print "the reports hold no test: no test ran"
    printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
    exit (failed > 0 || tests == 0)
  }
' $reports
