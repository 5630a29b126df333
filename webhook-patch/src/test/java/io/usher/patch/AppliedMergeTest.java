package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppliedMergeTest {
  private static final StructSchema SCHEMA =
      PatchSchema.ofCustomResource(
          json(
              """
              {type:'object',properties:{
                set:{type:'array','x-kubernetes-list-type':'set',items:{type:'string'}},
                keyed:{type:'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],
                  items:{type:'object',properties:{name:{type:'string',default:'x'},a:{type:'integer'},b:{type:'integer'}}}},
                list:{type:'array',items:{type:'string'}},
                whole:{type:'object','x-kubernetes-map-type':'atomic',additionalProperties:{type:'string'}},
                map:{type:'object',additionalProperties:{type:'string'}},
                text:{type:'string'}}}
              """));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{set:['a','b','c']} | {set:['c','a']} | {set:['b','c','a']}",
        "{set:['a','b','c','d']} | {set:['x','c','y']} | {set:['a','b','x','c','d','y']}",
        "{set:['a','b']} | {set:['c','d']} | {set:['a','b','c','d']}",
        "{set:['a','b','a']} | {set:['a']} | {set:['a','b']}",
        "{keyed:[{name:'m',a:1},{name:'n',a:2}]} | {keyed:[{name:'n',b:3},{name:'o'}]} |"
            + " {keyed:[{name:'m',a:1},{name:'n',a:2,b:3},{name:'o'}]}",
        "{keyed:[{name:'x',a:1}]} | {keyed:[{b:2}]} | {keyed:[{name:'x',a:1,b:2}]}",
        "{list:['a']} | {list:['b']} | {list:['b']}",
        "{whole:{a:'1'}} | {whole:{b:'1'}} | {whole:{b:'1'}}",
        "{map:{a:'1'}} | {map:{b:'1'}} | {map:{a:'1',b:'1'}}",
        "{map:{a:'1'}} | {map:null} | {map:{a:'1'}}",
        "{map:{a:'1'}} | {map:{}} | {map:{a:'1'}}",
        "{text:'a'} | {text:null} | {text:null}",
        "{} | {map:{},set:[]} | {map:{},set:[]}",
      })
  void appliedValuesWin(String live, String applied, String merged) {
    assertThat(AppliedMerge.into(json(live), json(applied), SCHEMA.asField()).toString())
        .isEqualTo(json(merged).toString());
  }
}
