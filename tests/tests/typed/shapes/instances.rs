//! What DescribeInstances answers.

use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::types::*;

use crate::untyped::{enumerations, structures};

structures! {
    DescribeInstancesOutput { next_token, reservations }
    Reservation { reservation_id, owner_id, requester_id, groups, instances }
    GroupIdentifier { group_id, group_name }
    Instance {
        architecture, block_device_mappings, client_token, ebs_optimized, ena_support, hypervisor,
        iam_instance_profile, instance_lifecycle, elastic_gpu_associations,
        elastic_inference_accelerator_associations, network_interfaces, outpost_arn, root_device_name,
        root_device_type, security_groups, source_dest_check, spot_instance_request_id, sriov_net_support,
        state_reason, tags, virtualization_type, cpu_options, capacity_block_id, capacity_reservation_id,
        capacity_reservation_specification, hibernation_options, licenses, metadata_options, enclave_options,
        boot_mode, platform_details, usage_operation, usage_operation_update_time, private_dns_name_options,
        ipv6_address, tpm_support, maintenance_options, current_instance_boot_mode,
        network_performance_options, operator, secondary_interfaces, instance_id, image_id, state,
        private_dns_name, public_dns_name, state_transition_reason, key_name, ami_launch_index, product_codes,
        instance_type, launch_time, placement, kernel_id, ramdisk_id, platform, monitoring, subnet_id, vpc_id,
        private_ip_address, public_ip_address,
    }
    InstanceBlockDeviceMapping { device_name, ebs }
    EbsInstanceBlockDevice {
        attach_time, delete_on_termination, status, volume_id, associated_resource, volume_owner_id, operator,
        ebs_card_index,
    }
    OperatorResponse { managed, principal, hidden_by_default }
    IamInstanceProfile { arn, id }
    ElasticGpuAssociation {
        elastic_gpu_id, elastic_gpu_association_id, elastic_gpu_association_state,
        elastic_gpu_association_time,
    }
    ElasticInferenceAcceleratorAssociation {
        elastic_inference_accelerator_arn, elastic_inference_accelerator_association_id,
        elastic_inference_accelerator_association_state, elastic_inference_accelerator_association_time,
    }
    InstanceNetworkInterface {
        association, attachment, description, groups, ipv6_addresses, mac_address, network_interface_id,
        owner_id, private_dns_name, private_ip_address, private_ip_addresses, source_dest_check, status,
        subnet_id, vpc_id, interface_type, ipv4_prefixes, ipv6_prefixes, connection_tracking_configuration,
        operator,
    }
    InstanceNetworkInterfaceAssociation {
        carrier_ip, customer_owned_ip, ip_owner_id, public_dns_name, public_ip,
    }
    InstanceNetworkInterfaceAttachment {
        attach_time, attachment_id, delete_on_termination, device_index, status, network_card_index,
        ena_srd_specification, ena_queue_count,
    }
    InstanceAttachmentEnaSrdSpecification { ena_srd_enabled, ena_srd_udp_specification }
    InstanceAttachmentEnaSrdUdpSpecification { ena_srd_udp_enabled }
    InstanceIpv6Address { ipv6_address, is_primary_ipv6 }
    InstancePrivateIpAddress { association, primary, private_dns_name, private_ip_address }
    InstanceIpv4Prefix { ipv4_prefix }
    InstanceIpv6Prefix { ipv6_prefix }
    ConnectionTrackingSpecificationResponse { tcp_established_timeout, udp_stream_timeout, udp_timeout }
    StateReason { code, message }
    Tag { key, value }
    CpuOptions { core_count, threads_per_core, amd_sev_snp, nested_virtualization }
    CapacityReservationSpecificationResponse { capacity_reservation_preference, capacity_reservation_target }
    CapacityReservationTargetResponse { capacity_reservation_id, capacity_reservation_resource_group_arn }
    HibernationOptions { configured }
    LicenseConfiguration { license_configuration_arn }
    InstanceMetadataOptionsResponse {
        state, http_tokens, http_put_response_hop_limit, http_endpoint, http_protocol_ipv6,
        instance_metadata_tags,
    }
    EnclaveOptions { enabled }
    PrivateDnsNameOptionsResponse {
        hostname_type, enable_resource_name_dns_a_record,
        enable_resource_name_dns_aaaa_record as "EnableResourceNameDnsAAAARecord",
    }
    InstanceMaintenanceOptions { auto_recovery, reboot_migration }
    InstanceNetworkPerformanceOptions { bandwidth_weighting }
    InstanceSecondaryInterface {
        attachment, mac_address, secondary_interface_id, owner_id, private_ip_addresses, source_dest_check,
        status, secondary_subnet_id, secondary_network_id, interface_type,
    }
    InstanceSecondaryInterfaceAttachment {
        attach_time, attachment_id, delete_on_termination, device_index, status, network_card_index,
    }
    InstanceSecondaryInterfacePrivateIpAddress { private_ip_address }
    InstanceState { code, name }
    ProductCode { product_code_id, product_code_type }
    Placement {
        availability_zone_id, affinity, group_name, partition_number, host_id, tenancy, spread_domain,
        host_resource_group_arn, group_id, availability_zone,
    }
    Monitoring { state }
}

enumerations! {
    ArchitectureValues, AttachmentStatus, HypervisorType, InstanceLifecycleType, NetworkInterfaceStatus,
    DeviceType, VirtualizationType, AmdSevSnpSpecification, NestedVirtualizationSpecification,
    CapacityReservationPreference, InstanceMetadataOptionsState, HttpTokensState,
    InstanceMetadataEndpointState, InstanceMetadataProtocolState, InstanceMetadataTagsState, BootModeValues,
    HostnameType, InstanceAutoRecoveryState, InstanceRebootMigrationState, InstanceBootModeValues,
    InstanceBandwidthWeighting, SecondaryInterfaceStatus, SecondaryInterfaceType, InstanceStateName,
    ProductCodeValues, InstanceType, Tenancy, PlatformValues, MonitoringState,
}
