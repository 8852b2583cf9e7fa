package io.geminid.state.kind;

/** What all kinds of state have in common. See the package for whose cell a handle stands for. */
public interface State {

    /** Removes the cell; afterwards it is as if it had never been written. */
    void clear();
}
