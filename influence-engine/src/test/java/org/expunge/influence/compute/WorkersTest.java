package org.expunge.influence.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
    @ParameterizedTest(name = "{0} workers, {1} tasks")
    @CsvSource({"1, 0", "1, 5", "3, 2", "3, 3", "3, 10", "4, 7", "2, 1000"})
    void sayWhichTasksAreTheirs(int count, int tasks) {
        int[] workerOf = new int[tasks];
        try (Workers workers = new Workers(count)) {
            workers.run(tasks, (worker, task) -> workerOf[task] = worker);

            assertThat(workers.firstTask(0, tasks)).isZero();
            assertThat(workers.firstTask(count, tasks)).isEqualTo(tasks);
            for (int worker = 0; worker < count; worker++) {
                for (int t = workers.firstTask(worker, tasks); t < workers.firstTask(worker + 1, tasks); t++) {
                    assertThat(workerOf[t]).isEqualTo(worker);
                }
            }
        }
    }
}
