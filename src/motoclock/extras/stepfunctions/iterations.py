"""Inline Map and Parallel: Tasks side by side, in a fixed order, and the end of the others when one fails.

Source: Step Functions developer guide, state-map-inline and state-parallel. Modelled: an inline Map runs at most 40 iterations at once
(AWS says "about 40").
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobClosed, JobPool
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import (
    BranchesDecl,
    BranchWorkerPool,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError

from motoclock.extras.stepfunctions.errors import check_running
from motoclock.extras.stepfunctions.progress import Progress
from motoclock.extras.stepfunctions.stand_ins import Thread, wait_first
from motoclock.extras.stepfunctions.states import write_aborted
from motoclock.facts import stepfunctions as facts
from motoclock.world import the_world

_INLINE_MOST = facts.INLINE_MAP_CONCURRENCY.value


def _map_inline(self: InlineIterationComponent, env: Environment) -> None:
    eval_input = env.stack.pop()
    env.stack.append(_run_jobs(self, env, eval_input))


def _run_jobs(component: InlineIterationComponent, env: Environment, eval_input: Any) -> list[Any]:
    """One iteration an item, at most so many at once. The first failure stops the others and is raised."""
    pool = JobPool(job_program=component._get_iteration_program(), job_inputs=eval_input.input_items)
    _leave_out_done(pool, env.progress.begin_parts())
    workers = min(len(pool._open_jobs), eval_input.max_concurrency or _INLINE_MOST, _INLINE_MOST)
    threads = []
    for _ in range(workers):
        worker = component._create_worker(env=env, eval_input=eval_input, job_pool=pool)
        threads.append(Thread(worker.eval, name=f"map {eval_input.state_name}"))
        threads[-1].start()
    if not pool._is_terminated():
        wait_first((pool._termination_event, env.program_state_event))
        check_running(env)
    error = pool.get_worker_exception()
    if error is not None:
        stop_frames(env)
    for thread in threads:
        thread.join()
    if error is not None:
        write_aborted(pool.failed_frame)  # last, after its siblings: recorded in July 2024
        raise error
    return [job.job_output for job in pool.get_closed_jobs()]


def _leave_out_done(pool: JobPool, parts: dict[int, Progress]) -> None:
    """What had succeeded before a redrive is closed; every other item gets a Progress of its own."""
    for job in pool._open_jobs:
        job.progress = parts.setdefault(job.job_index, Progress())
        if job.progress.done:
            pool._closed_jobs.add(JobClosed(job.job_index, job.progress.output))
    pool._open_jobs[:] = [job for job in pool._open_jobs if not job.progress.done]


def stop_frames(env: Environment) -> None:
    """Stop what runs inside this state. It unwinds at this virtual instant: every wait of the interpreter ends with a stop."""
    for frame in tuple(env._frames):
        frame.set_stop(stop_date=the_world().clock.datetime, cause=None, error=None)


def _resuming(frame: Environment, progress: Progress) -> Environment:
    """The frame of an iteration or branch, with the variables that it had if it goes on after a redrive."""
    frame.progress = progress
    if progress.resumes:
        frame.variable_store = progress.variables
    return frame


def _work(self: IterationWorker) -> None:
    """moto goes from job to job by calling itself, too deep for a long list and MaxConcurrency 1."""
    frame = self._env.open_frame()
    job = self._job_pool.next_job()
    while job is not None and frame.is_running():
        job_frame = _resuming(frame.open_inner_frame(), job.progress)
        self._eval_job(env=job_frame, job=job)
        frame.close_frame(job_frame)
        has_failed = isinstance(job.job_output, Exception)
        if has_failed and self._job_pool.get_worker_exception() is None:
            self._job_pool.failed_frame = job_frame
        following = None if has_failed else self._job_pool.next_job()
        if following is None:
            if not has_failed:
                published = job_frame.event_history_context.last_published_event_id
                frame.event_history_context.source_event_id = published
            self._env.close_frame(frame)
        self._job_pool.close_job(job)
        job = following
    self._env.close_frame(frame)


def _branches(self: BranchesDecl, env: Environment) -> None:
    input_value = env.stack.pop()
    kept = env.progress.begin_parts()
    branches = [kept.setdefault(number, Progress()) for number in range(len(self.programs))]
    pool = BranchWorkerPool(workers_num=sum(not branch.done for branch in branches))
    workers = []
    for program, branch in zip(self.programs, branches, strict=True):
        if branch.done:
            continue
        frame = _resuming(env.open_inner_frame(), branch)
        frame.states.reset(input_value=input_value)
        workers.append(BranchWorker(branch_worker_comm=pool, program=program, env=frame))
        workers[-1].start()
    if workers:
        wait_first((pool._termination_event, env.program_state_event))
        check_running(env)
    details = pool.get_exit_event_details()
    if details is not None:
        failed = next((worker.env for worker in workers if isinstance(worker.env.program_state(), ProgramError)), None)
        stop_frames(env)
        for worker in workers:
            worker._worker_thread.join()
            env.close_frame(worker.env)
        if failed is not None:
            write_aborted(failed)
        name, event_details = CustomErrorName(details.get("error")), EventDetails(executionFailedEventDetails=details)
        raise FailureEventException(FailureEvent(env, name, HistoryEventType.ExecutionFailed, event_details))
    for worker in workers:
        env.close_frame(worker.env)
    env.stack.append([branch.output for branch in branches])


def change() -> None:
    InlineIterationComponent._eval_body = _map_inline
    IterationWorker.eval = _work
    BranchesDecl._eval_body = _branches
