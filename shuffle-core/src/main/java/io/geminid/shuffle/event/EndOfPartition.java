package io.geminid.shuffle.event;

/** Nothing more comes in this channel. The last element of every channel that ends well. */
public record EndOfPartition() implements ShuffleEvent {}
