package io.geminid.shuffle.tcp;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Which sockets are used, and why.
 *
 * @param nativeIo whether they are addressed natively
 * @param why for the log
 * @param handlers what runs them
 * @param server listening ones
 * @param client connected ones
 */
record SocketKind(
        boolean nativeIo,
        String why,
        IoHandlerFactory handlers,
        Class<? extends ServerChannel> server,
        Class<? extends Channel> client) {

    /** Takes epoll if it is wanted and there. */
    static SocketKind choose(final boolean nativeWanted) {
        if (nativeWanted && Epoll.isAvailable()) {
            return new SocketKind(
                    true,
                    "epoll",
                    EpollIoHandler.newFactory(),
                    EpollServerSocketChannel.class,
                    EpollSocketChannel.class);
        }
        final String why =
                nativeWanted
                        ? "nio, because there is no epoll: " + Epoll.unavailabilityCause()
                        : "nio, because " + TcpTransportContext.NATIVE_IO + "=false";
        return new SocketKind(
                false,
                why,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class);
    }
}
