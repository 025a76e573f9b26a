package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageNamesTest {
    @Test
    void namesAreLikeThoseOfTheNewClassAndNeverTaken() {
        ImageNames names = new ImageNames(List.of(
                "train/cat/cat-009.jpg",
                "train/cat/cat-010.jpg",
                "train/cat/cat-012.jpg",
                "train/cat/notes.txt",
                "train/dog/dog-1.png"));

        assertThat(names.in("cat", "train/dog/dog-1.png")).isEqualTo("train/cat/cat-011.jpg");
        assertThat(names.in("cat", "train/dog/dog-1.png")).isEqualTo("train/cat/cat-013.jpg");
        assertThat(names.in("cat", "train/dog/dog-1.png")).isEqualTo("train/cat/cat-014.jpg");
        assertThat(names.in("dog", "train/cat/cat-009.jpg")).isEqualTo("train/dog/dog-2.png");
    }

    @Test
    void anImageThatStaysInItsClassKeepsItsName() {
        ImageNames names = new ImageNames(List.of("cat/a.gif"));

        assertThat(names.in("cat", "cat/a.gif")).isEqualTo("cat/a.gif");
    }

    @Test
    void namesWithoutNumbersAndEmptyFoldersGetNumbersAndTheOwnName() {
        ImageNames names = new ImageNames(List.of("cat/tabby.png", "dog/rex.v2.png"));

        assertThat(names.in("cat", "dog/rex.v2.png")).isEqualTo("cat/tabby-1.png");
        assertThat(names.in("bird", "dog/rex.v2.png")).isEqualTo("bird/rex.v3.png");
        assertThat(names.in("bird", "dog/rex.v2.png")).isEqualTo("bird/rex.v4.png");
    }
}
