package com.acme.model;

public class Stock {
    public Stock(int count) {}

    public void take(int count) {}
}
