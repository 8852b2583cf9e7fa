package io.geminid.runtime.time;

/** Where watermarks and changes of status go. Task thread only. */
public interface WatermarkOutput {

    /**
     * Takes a watermark.
     *
     * @param watermark greater than the one before
     */
    void emitWatermark(long watermark);

    /**
     * Takes a change of status; a stream starts as {@link WatermarkStatus#ACTIVE}.
     *
     * @param status the new one
     */
    void emitStatus(WatermarkStatus status);
}
