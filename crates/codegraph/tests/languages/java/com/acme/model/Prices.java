package com.acme.model;

public final class Prices {
    public static final int EACH = 2;

    public static int total(int count) {
        return count * EACH;
    }
}
