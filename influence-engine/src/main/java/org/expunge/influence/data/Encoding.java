package org.expunge.influence.data;

/** What features stand for where they were made of text. */
sealed interface Encoding permits Words, TableLayout {}
