package org.expunge.influence.network.dl4j;

/** Stands for a class whose mere loading does harm; says whether it was loaded. */
final class Gadget {
    static final String LOADED = "org.expunge.test.gadget.loaded";

    static {
        System.setProperty(LOADED, "true");
    }

    private Gadget() {}
}
