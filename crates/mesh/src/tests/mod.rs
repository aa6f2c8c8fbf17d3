//! One suite of claims for both meshes and for the door of one, and what is true of one only.

mod claims;
mod crash;
mod door;
mod durable;
mod journal;
mod nats_only;
mod rig;
mod subjects;

macro_rules! claims {
    ($suite:ident on $($rig:ident $(.$await:ident)?),+: $claims:tt) => {
        $(claims! { @ $suite $rig [$(.$await)?] $claims })+
    };
    (@ $suite:ident $rig:ident $await:tt [$($claim:ident)*]) => {
        mod $rig {
            $(claims! { @@ $suite $rig $await $claim })*
        }
    };
    (@@ $suite:ident $rig:ident [$($await:tt)*] $claim:ident) => {
        #[tokio::test]
        async fn $claim() {
            super::super::$suite::$claim(&super::super::rig::Rig::$rig()$($await)*).await;
        }
    };
}

mod live {
    claims! { claims on local, nats.await, outside.await, inside.await, around.await: [
        a_message_reaches_every_matching_subscriber
        a_message_reaches_nobody_else
        a_dropped_subscription_hears_nothing_more
        a_queue_group_gets_each_message_once
        a_queue_group_spans_patterns
        a_queue_name_that_is_no_word_is_refused
        headers_arrive
        a_hostile_header_is_made_harmless
        messages_of_one_publisher_keep_their_order
        a_request_is_answered
        a_request_without_a_responder_fails_at_once
        a_request_nobody_answers_times_out
        requests_under_way_do_not_mix_up_their_answers
        a_message_that_is_too_large_is_refused
        a_closed_mesh_says_so_and_ends_its_subscriptions
        the_link_is_up
    ] }
}

mod kept {
    claims! { durable on local, nats.await: [
        a_durable_message_is_delivered
        a_durable_message_without_a_stream_is_refused
        a_durable_message_without_an_id_is_refused
        a_durable_message_is_also_heard_live
        a_plain_message_on_a_stream_s_subject_is_kept
        a_duplicate_id_is_stored_once
        a_durable_consumer_continues_where_it_stopped
        an_unacknowledged_delivery_comes_again
        a_retried_delivery_comes_again_after_its_delay
        a_delivery_given_up_does_not_come_again
        a_delivery_is_given_up_after_the_last_attempt
        a_consumer_gets_only_what_its_filter_selects
        two_consumers_each_get_everything
        readers_of_one_consumer_share_its_messages
        no_more_than_max_in_flight_are_delivered
        an_old_message_is_dropped
        a_stream_can_be_ensured_again_and_changed
        two_streams_cannot_share_a_subject
        a_consumer_needs_a_stream
        deliveries_end_when_the_mesh_is_closed
    ] }
}
