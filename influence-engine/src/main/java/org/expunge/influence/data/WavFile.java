package org.expunge.influence.data;

import java.io.IOException;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.expunge.influence.io.BadInputException;

/** Decodes one WAV file: PCM with 8 or 16 bits a sample, one channel. */
final class WavFile {
    private static final int SIXTEEN = 16;
    private static final int EIGHT = 8;
    private static final float FULL_16 = 1 << 15;
    private static final float FULL_8 = 1 << 7;

    private final int rate;
    private final byte[] bytes;
    private final boolean isWide;
    private final boolean isBigEndian;

    private WavFile(AudioFormat format, byte[] bytes) {
        this.rate = Math.round(format.getSampleRate());
        this.bytes = bytes;
        this.isWide = format.getSampleSizeInBits() == SIXTEEN;
        this.isBigEndian = format.isBigEndian();
    }

    /**
     * Reads a file.
     *
     * @param seconds what comes later is not read
     * @throws BadInputException if it is no such file; the message names it and what it is
     */
    static WavFile read(Path file, double seconds) throws IOException {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            AudioFormat format = in.getFormat();
            boolean isRead = format.getChannels() == 1
                    && (is(format, SIXTEEN, AudioFormat.Encoding.PCM_SIGNED)
                            || is(format, EIGHT, AudioFormat.Encoding.PCM_UNSIGNED));
            if (!isRead) {
                throw new BadInputException(
                        file, "is " + format + "; convert it to PCM with 8 or 16 bits a sample and one channel");
            }
            int most = (int) Math.ceil(seconds * format.getSampleRate()) * format.getFrameSize();
            return new WavFile(format, in.readNBytes(most));
        } catch (UnsupportedAudioFileException e) {
            throw new BadInputException(file.toString(), "is no WAV file that can be read", e);
        }
    }

    private static boolean is(AudioFormat format, int bits, AudioFormat.Encoding encoding) {
        return format.getSampleSizeInBits() == bits && format.getEncoding().equals(encoding);
    }

    /** Returns samples a second. */
    int rate() {
        return rate;
    }

    /** Writes samples in [−1, 1]; zeros stay behind the last one. */
    void copy(float[] into, int from, int most) {
        int samples = Math.min(most, bytes.length / (isWide ? 2 : 1));
        for (int i = 0; i < samples; i++) {
            into[from + i] = isWide ? wide(2 * i) / FULL_16 : ((bytes[i] & 0xff) - FULL_8) / FULL_8;
        }
    }

    private float wide(int at) {
        int low = bytes[isBigEndian ? at + 1 : at] & 0xff;
        int high = bytes[isBigEndian ? at : at + 1];
        return (high << Byte.SIZE) | low;
    }
}
