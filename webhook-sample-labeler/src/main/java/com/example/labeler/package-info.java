/**
 * A platform team's webhook: labels what has none, wants an owner for every Deployment, and warns
 * of images that may change under their tag. Read {@link com.example.labeler.Labeling} first.
 */
@NullMarked
package com.example.labeler;

import org.jspecify.annotations.NullMarked;
