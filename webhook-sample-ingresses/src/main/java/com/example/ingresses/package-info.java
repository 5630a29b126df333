/**
 * A platform team's webhook for Ingresses, whose rules read other objects of the cluster: no host
 * is taken twice, and each Ingress bears its Namespace's team and that team's cost centre. Read
 * {@link com.example.ingresses.UniqueHosts} first.
 */
@NullMarked
package com.example.ingresses;

import org.jspecify.annotations.NullMarked;
