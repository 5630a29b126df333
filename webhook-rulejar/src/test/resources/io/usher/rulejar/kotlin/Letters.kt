// Letters.class beside it is what kotlinc made of this: kotlinc -jvm-target 17 -no-reflect -cp webhook-core.jar
package com.example

import io.usher.admission.Operation
import io.usher.rule.Mutating
import io.usher.rule.RuleContext
import io.usher.rule.Webhook

@Webhook(name = "letters.example.com")
class Letters {

    @Mutating(operations = [Operation.CREATE], resource = ["pods"])
    fun count(context: RuleContext) {
        val name = context.request().name() ?: "nobody"
        val letters = name.toSet().sorted()
        context.warn("$name has ${letters.size} letters: ${letters.joinToString()}")
    }
}
