#!/bin/sh
# Fuzzes what reads others' bytes with Jazzer: each target of webhook-fuzz for so many seconds, in turn.
#   tools/fuzz.sh SECONDS [TARGET]   TARGET is a part of a class's or method's name
# The corpus grows in webhook-fuzz/.cifuzz-corpus and is used again. An input that fails is written to the target's regression
# inputs in src/test/resources: commit it with the fix, and each test run tries it from then on.
# SEED=N tries the same inputs again, from an empty corpus; without it each run tries others.
set -u

seconds=${1:-60}
wanted=${2:-}
module=webhook-fuzz

mvn -q -B -ntp -Dstyle.color=never -pl $module -am process-test-classes || exit 1
class_path="$module/target/test-classes:$(cat $module/target/classpath)"
logs=$module/target/fuzz
mkdir -p "$logs"
# JDK 17 breaks records whose components have type annotations when an agent transforms them (JDK-8315575).
records=$(grep -rlE '^(public )?record ' webhook-*/src/main/java | xargs grep -l '@Nullable' |
  sed 's|.*/src/main/java/||; s|\.java$||; s|/|.|g' | paste -sd:)
failed=0
ran=0
for file in $(find $module/src/test/java -name '*FuzzTest.java' | sort); do
  class=$(echo "$file" | sed "s|$module/src/test/java/||; s|\.java$||; s|/|.|g")
  for method in $(grep -A1 '@FuzzTest' "$file" | sed -n 's/^ *void \([A-Za-z]*\)(.*/\1/p'); do
    target="$class.$method"
    case $target in *"$wanted"*) ;; *) continue ;; esac
    corpus="$module/.cifuzz-corpus/$class/$method"
    inputs="$module/src/test/resources/$(echo "$class" | tr . /)Inputs/$method"
    mkdir -p "$corpus" "$inputs"
    ran=$((ran + 1))
    if java -Xmx1g -cp "$class_path" com.code_intelligence.jazzer.Jazzer --target_class="$class" --target_method="$method" \
      --instrumentation_includes='io.usher.**:com.fasterxml.jackson.core.json.**' \
      --instrumentation_excludes="$records" --custom_hook_excludes="$records" \
      -seed="${SEED:-0}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=0 -print_final_stats=1 -artifact_prefix="$inputs/" \
      "$corpus" "$inputs" >"$logs/$target.log" 2>&1; then
      runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$target.log")
      echo "  $target: ${runs:-no} runs, $(find "$corpus" -type f | wc -l) inputs kept"
      [ "${runs:-0}" -gt 0 ] || failed=1
    else
      failed=1
      echo "  $target FAILED; $logs/$target.log:"
      grep -E '^== |Test unit written|ERROR: libFuzzer' "$logs/$target.log" | head -10
      grep -A12 '^== ' "$logs/$target.log" | grep '	at ' | head -8
    fi
  done
done
[ $ran -gt 0 ] || { echo "no target's name has \"$wanted\"" && exit 2; }
exit $failed
