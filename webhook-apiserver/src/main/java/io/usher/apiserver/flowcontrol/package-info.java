/**
 * Priority and fairness: as what a request counts. FlowSchemas and PriorityLevelConfigurations are
 * followed, requests are classified by them, and nobody waits in a queue.
 *
 * <p>Imports {@code api} and {@code io.usher.admission}. Read {@link
 * io.usher.apiserver.flowcontrol.FlowControl} first.
 */
@NullMarked
package io.usher.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
