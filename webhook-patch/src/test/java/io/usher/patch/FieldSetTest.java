package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "union        | {'f:a':{},'f:b':{'f:c':{}}} | {'f:b':{'.':{},'f:d':{}}} |"
            + " {'f:a':{},'f:b':{'.':{},'f:c':{},'f:d':{}}}",
        "union        | {} | {'f:a':{}} | {'f:a':{}}",
        "intersection | {'f:a':{},'f:b':{'.':{},'f:c':{}}} | {'f:b':{'f:c':{},'f:d':{}}} |"
            + " {'f:b':{'f:c':{}}}",
        "intersection | {'f:a':{}} | {'f:a':{'f:b':{}}} | {}",
        "difference   | {'f:a':{'.':{},'f:b':{},'f:c':{}}} | {'f:a':{}} |"
            + " {'f:a':{'f:b':{},'f:c':{}}}",
        "difference   | {'f:a':{'.':{},'f:b':{}}} | {'f:a':{'f:b':{}}} | {'f:a':{}}",
        "difference   | {'f:a':{'f:b':{}}} | {'f:a':{'f:b':{}}} | {}",
        "without      | {'f:a':{'.':{},'f:b':{}},'f:c':{}} | {'f:a':{}} | {'f:c':{}}",
        "without      | {'f:a':{'f:b':{},'f:c':{}}} | {'f:a':{'f:b':{}}} | {'f:a':{'f:c':{}}}",
        "within       | {'f:a':{'f:b':{}},'f:c':{}} | {'f:a':{}} | {'f:a':{'f:b':{}}}",
        "within       | {'f:a':{'.':{},'f:b':{},'f:c':{}}} | {'f:a':{'f:b':{}}} | {'f:a':{'f:b':{}}}",
      })
  void operationsAreThoseOfSets(String operation, String one, String other, String result) {
    FieldSet a = FieldSet.parse(json(one));
    FieldSet b = FieldSet.parse(json(other));
    FieldSet c =
        switch (operation) {
          case "union" -> a.union(b);
          case "intersection" -> a.intersection(b);
          case "difference" -> a.difference(b);
          case "without" -> a.without(b);
          default -> a.within(b);
        };

    assertThat(c.toJson()).isEqualTo(json(result));
    assertThat(a.toJson()).isEqualTo(json(one));
    assertThat(b.toJson()).isEqualTo(json(other));
  }

  @Test
  void stepsAreReadAsTheyAreWritten() {
    FieldSet set =
        FieldSet.parse(
            json(
                """
                {'k:{ "protocol":"TCP", "port":80 }':{},'v:"<a>"':{},'i:3':{},'f:a/b':null,'x:later':{}}
                """));

    assertThat(set.toJson())
        .isEqualTo(
            json(
                """
                {'k:{"port":80,"protocol":"TCP"}':{},'v:"\\\\u003ca\\\\u003e"':{},'i:3':{},'f:a/b':{}}
                """));
  }

  @Test
  void membersOfAValueComeBeforeThoseBelow() {
    var paths = new ArrayList<String>();
    FieldSet.parse(
            json(
                """
                {'f:a':{'f:b':{'k:{"name":"x","port":1}':{'.':{},'f:c':{}}}},'f:z':{},'f:s':{'v:"<x>"':{}}}
                """))
        .forEach(path -> paths.add(PathElement.display(path)));

    assertThat(paths)
        .containsExactly(
            ".z", ".a.b[name=\"x\",port=1]", ".a.b[name=\"x\",port=1].c", ".s[=\"<x>\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':{}}",
        "{'f':{}}",
        "{'k:[]':{}}",
        "{'k:':{}}",
        "{'k:{} {}':{}}",
        "{'v:':{}}",
        "{'v:{':{}}",
        "{'i:x':{}}",
        "{'f:a':1}",
        "{'f:a':[]}",
        "{'f:a':{'f:b':'c'}}",
        "[]",
      })
  void whatIsNoFieldSetIsRefused(String json) {
    assertThatThrownBy(() -> FieldSet.parse(json(json)))
        .isInstanceOf(PatchException.class)
        .hasMessageStartingWith("read fieldsV1: ");
  }

  @Test
  void deepKeysAreRefused() {
    String key = "k:" + "[".repeat(100_000);

    assertThatThrownBy(() -> FieldSet.parse(Json.MAPPER.createObjectNode().putNull(key)))
        .isInstanceOf(PatchException.class)
        .hasMessageContaining("[[[...\" must be f:NAME");
  }

  @Test
  void fieldsBelowAValueThatGotOneOwnerAreThatValue() {
    StructSchema schema =
        PatchSchema.ofCustomResource(
            json(
                """
                {type:'object',properties:{
                  whole:{type:'object','x-kubernetes-map-type':'atomic',properties:{a:{type:'string'}}},
                  list:{type:'array',items:{type:'object',properties:{name:{type:'string'}}}},
                  parts:{type:'object',properties:{a:{type:'string'}}}}}
                """));
    FieldSet set =
        FieldSet.parse(
            json(
                """
                {'f:whole':{'f:a':{}},'f:list':{'k:{"name":"x"}':{'.':{},'f:name':{}}},'f:parts':{'f:a':{}}}
                """));

    assertThat(set.fittedTo(schema.asField()).toJson())
        .isEqualTo(json("{'f:whole':{},'f:list':{},'f:parts':{'f:a':{}}}"));
  }

  @Test
  void pathsOfNamesAreASet() {
    assertThat(FieldSet.of(List.of("status", "metadata.labels")).toJson())
        .isEqualTo(json("{'f:status':{},'f:metadata':{'f:labels':{}}}"));
  }
}
