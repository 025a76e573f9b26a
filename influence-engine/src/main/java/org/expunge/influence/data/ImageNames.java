package org.expunge.influence.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds names for images that move to another class, like those of the images that are there. */
final class ImageNames {
    /** The last number in a name, before its ending. */
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})(\\D*\\.[^.]*)");

    private final Set<String> taken;
    private final Map<String, List<String>> byFolder = new HashMap<>();
    private final Map<String, Integer> given = new HashMap<>();

    /**
     * Takes the names that there are.
     *
     * @param ids paths of files with {@code /} between folder and file, sorted
     */
    ImageNames(List<String> ids) {
        taken = new HashSet<>(ids);
        for (String id : ids) {
            if (ImageFolderReader.isImage(name(id))) {
                byFolder.computeIfAbsent(folder(id), folder -> new ArrayList<>())
                        .add(name(id));
            }
        }
    }

    /**
     * Returns the path of an image in the folder of a class: its own if it is there; else that of one of the images
     * there, each in turn, with the next number that no image has.
     *
     * @param label the name of the class
     * @param id path of the image, {@code …/CLASS/NAME}
     */
    String in(String label, String id) {
        String own = folder(id);
        String folder = own.substring(0, own.lastIndexOf('/') + 1) + label;
        if (own.equals(folder)) {
            return id;
        }
        List<String> there = byFolder.getOrDefault(folder, List.of(name(id)));
        String like = there.get((given.merge(folder, 1, Integer::sum) - 1) % there.size());
        String free = free(folder + "/", like);
        taken.add(free);
        return free;
    }

    private String free(String folder, String like) {
        Matcher numbered = NUMBERED.matcher(like);
        boolean isNumbered = numbered.matches();
        int ending = like.lastIndexOf('.');
        String before = isNumbered ? numbered.group(1) : like.substring(0, ending) + "-";
        String after = isNumbered ? numbered.group(3) : like.substring(ending);
        int width = isNumbered ? numbered.group(2).length() : 1;
        long number = isNumbered ? Long.parseLong(numbered.group(2)) : 0;
        String name;
        do {
            number++;
            name = folder
                    + before
                    + "0".repeat(Math.max(0, width - Long.toString(number).length()))
                    + number
                    + after;
        } while (taken.contains(name));
        return name;
    }

    private static String folder(String id) {
        return id.substring(0, Math.max(0, id.lastIndexOf('/')));
    }

    private static String name(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }
}
